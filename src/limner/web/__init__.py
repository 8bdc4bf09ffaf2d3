"""HTTP: the photo lane, the address forms, the small app."""
