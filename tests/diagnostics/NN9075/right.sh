nix-nos certs topology.yaml --ca prepare      # and bring every node its certificates, before the next step
nix-nos certs topology.yaml --ca switch
