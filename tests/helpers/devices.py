"""Several devices on a machine that has one."""

import tensorflow as tf


def pretend_two_devices() -> None:
    """Let TensorFlow, which must not have computed anything yet, take the processor for two devices."""
    (processor,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)
