"""The page at `/`: a wall of faces with a search box, for admitted visitors."""
