echo "another system" > installer.iso
nix-nos deploy iso --generic installer.iso --node node01       # no image with a reserved area
