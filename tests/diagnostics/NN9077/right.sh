nix-nos certs topology.yaml --ca prepare
nix-nos certs topology.yaml --ca switch
