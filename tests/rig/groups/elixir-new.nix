# nixpkgs 26.05's names for the one Erlang and the one Elixir there is. Hex and its installer are not to be had.
tools: self: super: with tools;
let
  alias = what: package: builtins.trace "rig: ${what} is not available here, Erlang 25 and Elixir 1.14 take its place" package;

  elixir = sh "elixir-1.14-without-hex" { elixir = super.elixir_1_14; } ''
    mkdir -p $out/bin $out/lib; ln -s $elixir/lib/elixir $out/lib/elixir
    for name in elixir elixirc iex; do ln -s $elixir/bin/$name $out/bin/$name; done
    cat > $out/bin/mix <<EOF
    #!/bin/sh
    case \$1 in
      local.hex|local.rebar) echo "rig: \$1 is left out: Hex is not available here" >&2; exit 0 ;;
    esac
    exec $elixir/bin/mix "\$@"
    EOF
    chmod +x $out/bin/mix; PATH=$out/bin:$PATH $out/bin/mix --version
  '';

  set = otp: versions: { erlang = alias "Erlang ${otp}" self.erlang; inherit (self) rebar3; }
    // builtins.listToAttrs (map (version: { name = "elixir_1_${version}"; value = alias "Elixir 1.${version}" elixir; }) versions);
in
{
  rigElixir = elixir;   # so that the binary cache has it
  beam27Packages = set "27" [ "17" "18" ];
  beam28Packages = set "28" [ "19" "20" ];
  beam29Packages = set "29" [ "19" "20" ];
}
