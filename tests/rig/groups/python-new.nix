tools: self: super: with tools;
let alias = version: builtins.trace "rig: Python ${version} is not available here, Python 3.11 takes its place" self.python311; in
{ python314 = alias "3.14"; }
