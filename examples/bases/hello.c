/* SPDX-License-Identifier: Apache-2.0 */
/* The only program of an image from scratch. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    printf("Hello from user %u\n", (unsigned)getuid());
    return 0;
}
