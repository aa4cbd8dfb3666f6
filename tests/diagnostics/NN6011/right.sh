nix-nos import openwrt other
