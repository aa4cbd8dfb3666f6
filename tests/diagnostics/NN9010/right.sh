nix-nos render topology.yaml --node node01
