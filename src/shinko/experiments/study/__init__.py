"""The poster's experiment over several seeds, held against what is provably best."""
