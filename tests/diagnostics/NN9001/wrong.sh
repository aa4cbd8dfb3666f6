nix-nos validate toplogy.yaml
