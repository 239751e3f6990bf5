"""Ask several desktops something at once, with asyncio.

NEN_API_KEY=sk_nen_… python many_desktops.py 3
"""

import asyncio
import sys

from nen_client import AsyncNen


async def ask(client: AsyncNen, number: int) -> str:
    """Makes a desktop, has its shell answer, and deletes it."""
    labels = {"example": "many desktops"}
    async with await client.desktops.create(tools=["bash"], metadata=labels) as desktop:
        return await desktop.bash(f"echo number {number} of $(uname -s)")


async def main(count: int) -> None:
    """Prints the answers in the order of the desktops."""
    async with AsyncNen() as client:
        for answer in await asyncio.gather(*(ask(client, number) for number in range(count))):
            print(answer)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
