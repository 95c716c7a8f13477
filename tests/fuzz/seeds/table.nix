#<aa0=bb0
{ config, lib, ... }:
let
  perHost = {
    one = { dns = true;  port = 1; }; # first
    two = { dns = false; port = 22; };
    three = {
      dns = true;
    };
  };
  h = perHost.${config.my.host};
in
{
  services.resolved.enable = h.dns;
  services.x.port = h.port or 3;
}
