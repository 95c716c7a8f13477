#0bbb2ccc
{ lib, pkgs, ... }: { a.b = [ 1 2 "x" ./y.nix ] ++ lib.optionals true [ pkgs.z ]; c = [ ]; d = lib.mkIf x [ ]; }
