#ifndef CWSLAY_SHIM_H
#define CWSLAY_SHIM_H
#include <wslay/wslay.h>
#endif
