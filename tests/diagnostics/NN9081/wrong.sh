printf %s '{ "server": "https://127.0.0.1:65535", "token": "nno_x" }' > deployer.json
nix-nos deploy nodes
