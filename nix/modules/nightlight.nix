# NightLight, Prometheus-compatible metrics.
import ./service.nix "nightlight"
