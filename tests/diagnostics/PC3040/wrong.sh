nix-nos certs wrong.yaml
