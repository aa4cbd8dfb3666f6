# FlashDNS, names.
import ./service.nix "flashdns"
