nix-nos certs topology.yaml --ca-valid-for 60d
