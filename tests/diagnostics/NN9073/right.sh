nix-nos certs other.yaml --dir globex-certs
