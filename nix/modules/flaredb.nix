# FlareDB, the SQL database.
import ./service.nix "flaredb"
