"""`make bench`: limner beside other servers, side by side in one run. See bench/README.md."""
