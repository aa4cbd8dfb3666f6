# ChainFire, the distributed key-value store.
import ./service.nix "chainfire"
