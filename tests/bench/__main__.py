import asyncio
import sys
import tempfile
from pathlib import Path

from tests.bench import commands, plan
from tests.bench.machine import LOAD_CORE, pin
from tests.bench.standin import stand_in


async def main():
    pin(LOAD_CORE)
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as d:
            async with stand_in() as s:
                for k, v in (await getattr(commands, name)(plan.QUICK, Path(d), s)).items(): print(name, k, v)
asyncio.run(main())
