"""Ethics reviewers: opinions, holds, who overrules whom, and what the register says."""
