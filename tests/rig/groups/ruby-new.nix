tools: self: super: with tools;
let alias = version: builtins.trace "rig: Ruby ${version} is not available here, Ruby 3.3 takes its place" self.ruby_3_3; in
{ ruby_3_4 = alias "3.4"; ruby_4_0 = alias "4.0"; }
