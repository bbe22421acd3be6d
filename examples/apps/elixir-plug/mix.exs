defmodule Greeting.MixProject do
  use Mix.Project

  def project do
    [
      app: :greeting,
      version: "0.1.0",
      elixir: "~> 1.18",
      deps: deps()
    ]
  end

  def application do
    [mod: {Greeting.Application, []}, extra_applications: [:logger]]
  end

  defp deps do
    [
      {:bandit, "~> 1.8"},
      {:plug, "~> 1.18"}
    ]
  end
end
