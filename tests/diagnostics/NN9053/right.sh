sed -i s/203.0.113.1/203.0.113.0/ topology.irr.json
nix-nos validate topology.yaml
