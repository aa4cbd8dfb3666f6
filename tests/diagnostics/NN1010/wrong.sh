cp topology.yaml topology.txt
nix-nos validate topology.txt
