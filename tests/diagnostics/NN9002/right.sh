nix-nos render topology.yaml --out rendered
