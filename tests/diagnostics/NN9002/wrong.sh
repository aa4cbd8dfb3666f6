touch out
nix-nos render topology.yaml --out out
