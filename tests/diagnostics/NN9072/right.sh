nix-nos certs topology.yaml --ca switch
