nix-nos certs topology.yaml --dir certs
