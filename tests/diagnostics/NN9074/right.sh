rm -r certs/nodes/node01/chainfire      # somebody may have read it
nix-nos certs topology.yaml
