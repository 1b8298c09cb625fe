"""The commands of `streamer`: arguments in, objects from `build` run, text for people out."""
