"""Where SQL runs: one small protocol, one engine a file, and the dbt runner."""
