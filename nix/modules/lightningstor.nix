# LightningSTOR, S3-compatible object storage.
import ./service.nix "lightningstor"
