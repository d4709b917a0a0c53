"""What stands where a value may not be read."""

from hitchpost.v1.value_pb2 import VariableValue

# LittleHorse's text for it.
MASK = "*****"
MASKED = VariableValue(str=MASK)
