nix-nos certs topology.yaml --ca-valid-for 1s      # a very short one, to see it end
sleep 1.1
nix-nos certs topology.yaml
