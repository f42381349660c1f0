using System.Buffers.Binary;

namespace NodeAgent.Sandbox;

/// <summary>
/// The sandbox's program, as the bytes of a static x86-64 ELF file for Linux: waits for signals, reaps children, ends on SIGTERM and
/// SIGINT. It is written out by hand because a pod should not need a compiler, a registry or a second download for it.
/// </summary>
internal static class PauseProgram
{
    private const ulong LoadAddress = 0x400000;
    private const int ElfHeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;

    public static byte[] Build()
    {
        var code = Code();
        var size = ElfHeaderBytes + ProgramHeaderBytes + code.Length;
        var file = new byte[size];
        var header = file.AsSpan();

        // The ELF header (elf(5), Elf64_Ehdr). What is not set here is 0, and stays so: no sections.
        byte[] identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2 /* 64 bit */, 1 /* little endian */, 1 /* version */];
        identity.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header[16..], 2); // e_type: an executable
        BinaryPrimitives.WriteUInt16LittleEndian(header[18..], 62); // e_machine: x86-64
        BinaryPrimitives.WriteUInt32LittleEndian(header[20..], 1); // e_version
        BinaryPrimitives.WriteUInt64LittleEndian(header[24..], LoadAddress + ElfHeaderBytes + ProgramHeaderBytes); // e_entry
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], ElfHeaderBytes); // e_phoff
        BinaryPrimitives.WriteUInt16LittleEndian(header[52..], ElfHeaderBytes); // e_ehsize
        BinaryPrimitives.WriteUInt16LittleEndian(header[54..], ProgramHeaderBytes); // e_phentsize
        BinaryPrimitives.WriteUInt16LittleEndian(header[56..], 1); // e_phnum

        // The one program header (Elf64_Phdr): the whole file, readable and executable.
        var load = header[ElfHeaderBytes..];
        BinaryPrimitives.WriteUInt32LittleEndian(load, 1); // p_type: PT_LOAD
        BinaryPrimitives.WriteUInt32LittleEndian(load[4..], 4 | 1); // p_flags: read, execute
        BinaryPrimitives.WriteUInt64LittleEndian(load[16..], LoadAddress); // p_vaddr
        BinaryPrimitives.WriteUInt64LittleEndian(load[24..], LoadAddress); // p_paddr
        BinaryPrimitives.WriteUInt64LittleEndian(load[32..], (ulong)size); // p_filesz
        BinaryPrimitives.WriteUInt64LittleEndian(load[40..], (ulong)size); // p_memsz
        BinaryPrimitives.WriteUInt64LittleEndian(load[48..], 0x1000); // p_align

        code.CopyTo(header[(ElfHeaderBytes + ProgramHeaderBytes)..]);
        return file;
    }

    /// <summary>
    /// All signals are blocked and waited for: the kernel throws away unhandled signals to a PID 1, but not blocked ones, and so no
    /// handler is needed. Every push is popped, so the stack's top stays the signal mask.
    /// </summary>
    private static byte[] Code()
    {
        var code = new List<byte>();
        void Emit(params ReadOnlySpan<byte> bytes) => code.AddRange(bytes);
        void JumpBack(byte opcode, int target) => Emit(opcode, (byte)(sbyte)(target - (code.Count + 2)));

        Emit(0x6A, 0xFF); //             push -1              the mask: every signal
        Emit(0x48, 0x89, 0xE6); //       mov rsi, rsp         set
        Emit(0x31, 0xFF); //             xor edi, edi         how: SIG_BLOCK
        Emit(0x31, 0xD2); //             xor edx, edx         old set: none wanted
        Emit(0x6A, 0x08, 0x41, 0x5A); // push 8; pop r10      bytes in a set
        Emit(0x6A, 0x0E, 0x58); //       push 14; pop rax     rt_sigprocmask
        Emit(0x0F, 0x05); //             syscall

        var wait = code.Count;
        Emit(0x48, 0x89, 0xE7); //       mov rdi, rsp         set
        Emit(0x31, 0xF6); //             xor esi, esi         info: none wanted
        Emit(0x31, 0xD2); //             xor edx, edx         timeout: none
        Emit(0x6A, 0x08, 0x41, 0x5A); // push 8; pop r10      bytes in a set
        Emit(0xB8, 0x80, 0, 0, 0); //    mov eax, 128         rt_sigtimedwait
        Emit(0x0F, 0x05); //             syscall              eax: the signal
        Emit(0x3C, 0x0F); //             cmp al, 15           SIGTERM
        var onTerm = code.Count;
        Emit(0x74, 0); //                je exit
        Emit(0x3C, 0x02); //             cmp al, 2            SIGINT
        var onInt = code.Count;
        Emit(0x74, 0); //                je exit
        Emit(0x3C, 0x11); //             cmp al, 17           SIGCHLD
        JumpBack(0x75, wait); //         jne wait             also after an interrupted wait

        var reap = code.Count;
        Emit(0x6A, 0xFF, 0x5F); //       push -1; pop rdi     any child
        Emit(0x31, 0xF6); //             xor esi, esi         status: not wanted
        Emit(0x6A, 0x01, 0x5A); //       push 1; pop rdx      WNOHANG
        Emit(0x45, 0x31, 0xD2); //       xor r10d, r10d       usage: not wanted
        Emit(0x6A, 0x3D, 0x58); //       push 61; pop rax     wait4
        Emit(0x0F, 0x05); //             syscall              eax: the child; 0: none has ended; < 0: there is none
        Emit(0x85, 0xC0); //             test eax, eax
        JumpBack(0x7F, reap); //         jg reap              one signal may stand for several children
        JumpBack(0xEB, wait); //         jmp wait

        var exit = code.Count;
        Emit(0x31, 0xFF); //             xor edi, edi         exit code 0
        Emit(0x6A, 0x3C, 0x58); //       push 60; pop rax     exit
        Emit(0x0F, 0x05); //             syscall

        code[onTerm + 1] = (byte)(exit - (onTerm + 2));
        code[onInt + 1] = (byte)(exit - (onInt + 2));
        return [.. code];
    }
}
