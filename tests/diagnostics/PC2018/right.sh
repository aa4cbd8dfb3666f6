sed -i 's/node02": "founder"/node02": "member"/' topology.lock.json
nix-nos validate topology.yaml
