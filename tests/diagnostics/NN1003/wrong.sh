printf 'nix-nos:\0' > wrong.yaml
nix-nos validate wrong.yaml
