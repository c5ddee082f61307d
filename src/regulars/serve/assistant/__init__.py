"""The release for programs that speak the Model Context Protocol: tools that read, and no more."""
