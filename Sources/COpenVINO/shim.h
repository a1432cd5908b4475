#ifndef COPENVINO_SHIM_H
#define COPENVINO_SHIM_H
#include <openvino/c/openvino.h>
#endif
