"""The tests of TearSim."""
