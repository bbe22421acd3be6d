# nixpkgs 26.05's names for the one Elixir there is.
tools: self: super: with tools;
let
  alias = what: package: builtins.trace "rig: ${what} is not available here, Erlang 29 and Elixir 1.20 take its place" package;
  elixir = versions: builtins.listToAttrs (map (version: {
    name = "elixir_1_${version}"; value = alias "Elixir 1.${version}" self.elixir_1_20;
  }) versions);
in
{
  beam27Packages = elixir [ "17" "18" ] // { erlang = alias "Erlang 27" self.erlang_29; rebar3 = self.rebar3_29; };
  beam28Packages = elixir [ "19" ];
  beam29Packages = elixir [ "19" ];
}
