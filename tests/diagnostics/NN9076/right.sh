nix-nos certs topology.yaml --dir keys
