nix-nos certs topology.yaml
nix-nos certs topology.yaml --ca switch
